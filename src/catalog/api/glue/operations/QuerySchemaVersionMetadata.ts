import {
  QuerySchemaVersionMetadata$,
  type QuerySchemaVersionMetadataInput,
  type QuerySchemaVersionMetadataResponse,
} from '@aws-sdk/client-glue'
import type { MetadataRecord } from '#catalog/schemas'
import { chosenVersion } from '../schema-refs.ts'
import { toMetadataMap } from '../shapes/schema-metadata.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_QuerySchemaVersionMetadata.html
 * A version has ten pairs at most, so there is one page.
 */
export const QuerySchemaVersionMetadata = operation<
  QuerySchemaVersionMetadataInput,
  QuerySchemaVersionMetadataResponse
>(QuerySchemaVersionMetadata$, async (input, ctx) => {
  const version = await chosenVersion(input, ctx)
  const wanted = input.MetadataList ?? []
  const found = await ctx.schemas.getMetadata(version.id)
  const fits = ({ key, value }: MetadataRecord) =>
    wanted.length === 0 ||
    wanted.some((one) => (one.MetadataKey ?? key) === key && (one.MetadataValue ?? value) === value)
  return {
    SchemaVersionId: version.id,
    MetadataInfoMap: toMetadataMap(found.filter(fits)),
  }
})
