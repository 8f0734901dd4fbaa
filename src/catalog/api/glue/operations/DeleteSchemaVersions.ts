import {
  DeleteSchemaVersions$,
  type DeleteSchemaVersionsInput,
  type DeleteSchemaVersionsResponse,
} from '@aws-sdk/client-glue'
import { schemaRef } from '../schema-refs.ts'
import { versionNumbers } from '../shapes/version-numbers.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteSchemaVersions.html
 */
export const DeleteSchemaVersions = operation<
  DeleteSchemaVersionsInput,
  DeleteSchemaVersionsResponse
>(DeleteSchemaVersions$, async (input, ctx) => {
  const ref = schemaRef(input.SchemaId, ctx)
  const refused = await ctx.schemas.deleteVersions(ref, versionNumbers(input.Versions!))
  return {
    SchemaVersionErrors: refused.map(({ number, reason }) => ({
      VersionNumber: number,
      ErrorDetails: { ErrorCode: 'InvalidInputException', ErrorMessage: reason },
    })),
  }
})
