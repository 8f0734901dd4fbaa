import {
  DeleteSecurityConfiguration$,
  type DeleteSecurityConfigurationRequest,
  type DeleteSecurityConfigurationResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteSecurityConfiguration.html
 */
export const DeleteSecurityConfiguration = operation<
  DeleteSecurityConfigurationRequest,
  DeleteSecurityConfigurationResponse
>(DeleteSecurityConfiguration$, async (input, ctx) => {
  await ctx.metastore.deleteSecurityConfiguration(catalogRef({}, ctx), input.Name!)
  return {}
})
