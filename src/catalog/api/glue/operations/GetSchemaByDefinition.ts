import {
  GetSchemaByDefinition$,
  type GetSchemaByDefinitionInput,
  type GetSchemaByDefinitionResponse,
} from '@aws-sdk/client-glue'
import { schemaRef } from '../schema-refs.ts'
import { toVersionItem } from '../shapes/schema.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetSchemaByDefinition.html
 */
export const GetSchemaByDefinition = operation<
  GetSchemaByDefinitionInput,
  GetSchemaByDefinitionResponse
>(GetSchemaByDefinition$, async (input, ctx) => {
  const ref = schemaRef(input.SchemaId, ctx)
  const found = await ctx.schemas.findVersion(ref, input.SchemaDefinition!)
  const { VersionNumber: _, ...version } = toVersionItem(found, ref)
  return { ...version, DataFormat: found.format }
})
