import {
  CreateRegistry$,
  type CreateRegistryInput,
  type CreateRegistryResponse,
} from '@aws-sdk/client-glue'
import { catalogRef } from '../refs.ts'
import { checkName } from '../schema-refs.ts'
import { compact } from '../shapes/compact.ts'
import { registryArn } from '../shapes/schema.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_CreateRegistry.html
 */
export const CreateRegistry = operation<CreateRegistryInput, CreateRegistryResponse>(
  CreateRegistry$,
  async (input, ctx) => {
    const ref = catalogRef({}, ctx)
    const name = checkName(input.RegistryName)
    await ctx.schemas.createRegistry(ref, name, input.Description)
    const RegistryArn = registryArn(ref, name)
    if (input.Tags) await ctx.metastore.tagResource(RegistryArn, input.Tags)
    return compact({
      RegistryArn,
      RegistryName: name,
      Description: input.Description,
      Tags: input.Tags,
    })
  },
)
