import {
  GetSecurityConfiguration$,
  type GetSecurityConfigurationRequest,
  type GetSecurityConfigurationResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef } from '../refs.ts'
import { toSecurityConfiguration } from '../shapes/security-configuration.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetSecurityConfiguration.html
 */
export const GetSecurityConfiguration = operation<
  GetSecurityConfigurationRequest,
  GetSecurityConfigurationResponse
>(GetSecurityConfiguration$, async (input, ctx) => {
  const found = await ctx.metastore.getSecurityConfiguration(catalogRef({}, ctx), input.Name!)
  return { SecurityConfiguration: toSecurityConfiguration(found) }
})
