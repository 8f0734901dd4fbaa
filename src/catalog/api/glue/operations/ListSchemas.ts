import { ListSchemas$, type ListSchemasInput, type ListSchemasResponse } from '@aws-sdk/client-glue'
import { catalogRef, pageInput } from '../refs.ts'
import { registryName } from '../schema-refs.ts'
import { toSchemaItem } from '../shapes/schema.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_ListSchemas.html
 */
export const ListSchemas = operation<ListSchemasInput, ListSchemasResponse>(
  ListSchemas$,
  async (input, ctx) => {
    const ref = catalogRef({}, ctx)
    const named = input.RegistryId ? { registry: registryName(input.RegistryId, ctx) } : {}
    const page = await ctx.schemas.listSchemas({ ...ref, ...named }, pageInput(input, 100))
    return {
      Schemas: page.items.map((record) => toSchemaItem(record, ref)),
      NextToken: page.nextToken,
    }
  },
)
