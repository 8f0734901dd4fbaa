import {
  GetSecurityConfigurations$,
  type GetSecurityConfigurationsRequest,
  type GetSecurityConfigurationsResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef, pageInput } from '../refs.ts'
import { toSecurityConfiguration } from '../shapes/security-configuration.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetSecurityConfigurations.html
 */
export const GetSecurityConfigurations = operation<
  GetSecurityConfigurationsRequest,
  GetSecurityConfigurationsResponse
>(GetSecurityConfigurations$, async (input, ctx) => {
  const page = pageInput(input, 1000)
  const found = await ctx.metastore.listSecurityConfigurations(catalogRef({}, ctx), page)
  return {
    SecurityConfigurations: found.items.map(toSecurityConfiguration),
    NextToken: found.nextToken,
  }
})
