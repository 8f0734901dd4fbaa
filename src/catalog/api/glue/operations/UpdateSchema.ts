import {
  UpdateSchema$,
  type UpdateSchemaInput,
  type UpdateSchemaResponse,
} from '@aws-sdk/client-glue'
import { schemaRef, versionChoice } from '../schema-refs.ts'
import { schemaArn } from '../shapes/schema.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateSchema.html
 */
export const UpdateSchema = operation<UpdateSchemaInput, UpdateSchemaResponse>(
  UpdateSchema$,
  async (input, ctx) => {
    const ref = schemaRef(input.SchemaId, ctx)
    const checkpoint = versionChoice(input.SchemaVersionNumber)
    await ctx.schemas.updateSchema(ref, {
      ...(input.Compatibility === undefined ? {} : { compatibility: input.Compatibility }),
      ...(checkpoint === undefined ? {} : { checkpoint }),
      ...(input.Description === undefined ? {} : { description: input.Description }),
    })
    return {
      SchemaArn: schemaArn(ref, ref),
      SchemaName: ref.schema,
      RegistryName: ref.registry,
    }
  },
)
