import {
  DeleteRegistry$,
  type DeleteRegistryInput,
  type DeleteRegistryResponse,
} from '@aws-sdk/client-glue'
import { catalogRef } from '../refs.ts'
import { registryName } from '../schema-refs.ts'
import { registryArn } from '../shapes/schema.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteRegistry.html
 * It is gone with the answer; AWS takes its time.
 */
export const DeleteRegistry = operation<DeleteRegistryInput, DeleteRegistryResponse>(
  DeleteRegistry$,
  async (input, ctx) => {
    const ref = catalogRef({}, ctx)
    const name = registryName(input.RegistryId, ctx)
    await ctx.schemas.deleteRegistry(ref, name)
    return { RegistryName: name, RegistryArn: registryArn(ref, name), Status: 'DELETING' as const }
  },
)
