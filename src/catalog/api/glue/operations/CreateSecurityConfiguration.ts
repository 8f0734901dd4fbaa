import {
  CreateSecurityConfiguration$,
  type CreateSecurityConfigurationRequest,
  type CreateSecurityConfigurationResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_CreateSecurityConfiguration.html
 * Kept and returned: what is written is encrypted as its bucket says.
 */
export const CreateSecurityConfiguration = operation<
  CreateSecurityConfigurationRequest,
  CreateSecurityConfigurationResponse
>(CreateSecurityConfiguration$, async (input, ctx) => {
  const { name, createTimeMs } = await ctx.metastore.createSecurityConfiguration(
    catalogRef({}, ctx),
    input.Name!,
    input.EncryptionConfiguration!,
  )
  return { Name: name, CreatedTimestamp: new Date(createTimeMs) }
})
