import {
  CheckSchemaVersionValidity$,
  type CheckSchemaVersionValidityInput,
  type CheckSchemaVersionValidityResponse,
} from '@aws-sdk/client-glue'
import { checkFormat } from '../schema-refs.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_CheckSchemaVersionValidity.html
 */
export const CheckSchemaVersionValidity = operation<
  CheckSchemaVersionValidityInput,
  CheckSchemaVersionValidityResponse
>(CheckSchemaVersionValidity$, async (input, ctx) => {
  checkFormat(input.DataFormat)
  const problem = await ctx.schemas.checkDefinition(input.SchemaDefinition!)
  return problem === undefined ? { Valid: true } : { Valid: false, Error: problem }
})
