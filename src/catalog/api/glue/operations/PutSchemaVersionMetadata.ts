import {
  PutSchemaVersionMetadata$,
  type PutSchemaVersionMetadataInput,
  type PutSchemaVersionMetadataResponse,
} from '@aws-sdk/client-glue'
import { required } from '../refs.ts'
import { chosenVersion } from '../schema-refs.ts'
import { toMetadataAnswer } from '../shapes/schema-metadata.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_PutSchemaVersionMetadata.html
 */
export const PutSchemaVersionMetadata = operation<
  PutSchemaVersionMetadataInput,
  PutSchemaVersionMetadataResponse
>(PutSchemaVersionMetadata$, async (input, ctx) => {
  const version = await chosenVersion(input, ctx)
  const { MetadataKey, MetadataValue } = input.MetadataKeyValue!
  const pair = {
    key: required(MetadataKey, 'MetadataKey'),
    value: required(MetadataValue, 'MetadataValue'),
  }
  await ctx.schemas.putMetadata(version.id, pair)
  return toMetadataAnswer(version, ctx, pair)
})
