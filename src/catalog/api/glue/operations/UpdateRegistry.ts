import {
  UpdateRegistry$,
  type UpdateRegistryInput,
  type UpdateRegistryResponse,
} from '@aws-sdk/client-glue'
import { catalogRef } from '../refs.ts'
import { registryName } from '../schema-refs.ts'
import { registryArn } from '../shapes/schema.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateRegistry.html
 */
export const UpdateRegistry = operation<UpdateRegistryInput, UpdateRegistryResponse>(
  UpdateRegistry$,
  async (input, ctx) => {
    const ref = catalogRef({}, ctx)
    const name = registryName(input.RegistryId, ctx)
    await ctx.schemas.updateRegistry(ref, name, input.Description!)
    return { RegistryName: name, RegistryArn: registryArn(ref, name) }
  },
)
