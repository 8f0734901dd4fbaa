import {
  GetSchemaVersion$,
  type GetSchemaVersionInput,
  type GetSchemaVersionResponse,
} from '@aws-sdk/client-glue'
import { chosenVersion } from '../schema-refs.ts'
import { toVersionItem } from '../shapes/schema.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetSchemaVersion.html
 */
export const GetSchemaVersion = operation<GetSchemaVersionInput, GetSchemaVersionResponse>(
  GetSchemaVersion$,
  async (input, ctx) => {
    const version = await chosenVersion(input, ctx)
    return {
      ...toVersionItem(version, ctx),
      SchemaDefinition: version.definition,
      DataFormat: version.format,
    }
  },
)
