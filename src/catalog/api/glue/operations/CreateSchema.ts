import {
  CreateSchema$,
  type CreateSchemaInput,
  type CreateSchemaResponse,
} from '@aws-sdk/client-glue'
import { dataFormat, registryName, schemaRef } from '../schema-refs.ts'
import { compact } from '../shapes/compact.ts'
import { toSchema } from '../shapes/schema.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_CreateSchema.html
 */
export const CreateSchema = operation<CreateSchemaInput, CreateSchemaResponse>(
  CreateSchema$,
  async (input, ctx) => {
    const format = dataFormat(input.DataFormat)
    const ref = schemaRef(
      { SchemaName: input.SchemaName, RegistryName: registryName(input.RegistryId, ctx) },
      ctx,
    )
    const { schema, version } = await ctx.schemas.createSchema(ref, {
      format,
      compatibility: input.Compatibility ?? 'NONE',
      ...(input.Description === undefined ? {} : { description: input.Description }),
      ...(input.SchemaDefinition === undefined ? {} : { definition: input.SchemaDefinition }),
    })
    const { CreatedTime: _c, UpdatedTime: _u, ...made } = toSchema(schema, ref)
    if (input.Tags) await ctx.metastore.tagResource(made.SchemaArn!, input.Tags)
    return compact({
      ...made,
      Tags: input.Tags,
      SchemaVersionId: version?.id,
      SchemaVersionStatus: version?.status,
    })
  },
)
