import {
  ListSchemaVersions$,
  type ListSchemaVersionsInput,
  type ListSchemaVersionsResponse,
} from '@aws-sdk/client-glue'
import { pageInput } from '../refs.ts'
import { schemaRef } from '../schema-refs.ts'
import { toVersionItem } from '../shapes/schema.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_ListSchemaVersions.html
 */
export const ListSchemaVersions = operation<ListSchemaVersionsInput, ListSchemaVersionsResponse>(
  ListSchemaVersions$,
  async (input, ctx) => {
    const ref = schemaRef(input.SchemaId, ctx)
    const page = await ctx.schemas.listVersions(ref, pageInput(input, 100))
    return {
      Schemas: page.items.map((record) => toVersionItem(record, ref)),
      NextToken: page.nextToken,
    }
  },
)
