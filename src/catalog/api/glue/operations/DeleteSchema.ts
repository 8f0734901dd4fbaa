import {
  DeleteSchema$,
  type DeleteSchemaInput,
  type DeleteSchemaResponse,
} from '@aws-sdk/client-glue'
import { schemaRef } from '../schema-refs.ts'
import { schemaArn } from '../shapes/schema.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteSchema.html
 * It is gone with the answer; AWS takes its time.
 */
export const DeleteSchema = operation<DeleteSchemaInput, DeleteSchemaResponse>(
  DeleteSchema$,
  async (input, ctx) => {
    const ref = schemaRef(input.SchemaId, ctx)
    await ctx.schemas.deleteSchema(ref)
    return {
      SchemaArn: schemaArn(ref, ref),
      SchemaName: ref.schema,
      Status: 'DELETING' as const,
    }
  },
)
