import { GetRegistry$, type GetRegistryInput, type GetRegistryResponse } from '@aws-sdk/client-glue'
import { catalogRef } from '../refs.ts'
import { registryName } from '../schema-refs.ts'
import { toRegistry } from '../shapes/schema.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetRegistry.html
 */
export const GetRegistry = operation<GetRegistryInput, GetRegistryResponse>(
  GetRegistry$,
  async (input, ctx) => {
    const ref = catalogRef({}, ctx)
    const name = registryName(input.RegistryId, ctx)
    return toRegistry(await ctx.schemas.getRegistry(ref, name), ref)
  },
)
