import {
  RegisterSchemaVersion$,
  type RegisterSchemaVersionInput,
  type RegisterSchemaVersionResponse,
} from '@aws-sdk/client-glue'
import { schemaRef } from '../schema-refs.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_RegisterSchemaVersion.html
 * Checked before it is answered, so that no version is PENDING; one that does not fit those before it is a FAILURE.
 */
export const RegisterSchemaVersion = operation<
  RegisterSchemaVersionInput,
  RegisterSchemaVersionResponse
>(RegisterSchemaVersion$, async (input, ctx) => {
  const version = await ctx.schemas.register(
    schemaRef(input.SchemaId, ctx),
    input.SchemaDefinition!,
  )
  return {
    SchemaVersionId: version.id,
    VersionNumber: version.number,
    Status: version.status,
  }
})
