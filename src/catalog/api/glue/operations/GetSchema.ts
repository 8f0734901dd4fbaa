import { GetSchema$, type GetSchemaInput, type GetSchemaResponse } from '@aws-sdk/client-glue'
import { schemaRef } from '../schema-refs.ts'
import { toSchema } from '../shapes/schema.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetSchema.html
 */
export const GetSchema = operation<GetSchemaInput, GetSchemaResponse>(
  GetSchema$,
  async (input, ctx) => {
    const ref = schemaRef(input.SchemaId, ctx)
    return toSchema(await ctx.schemas.getSchema(ref), ref)
  },
)
