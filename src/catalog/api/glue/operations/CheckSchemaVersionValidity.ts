import {
  CheckSchemaVersionValidity$,
  type CheckSchemaVersionValidityInput,
  type CheckSchemaVersionValidityResponse,
} from '@aws-sdk/client-glue'
import { dataFormat } from '../schema-refs.ts'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_CheckSchemaVersionValidity.html
 */
export const CheckSchemaVersionValidity = operation<
  CheckSchemaVersionValidityInput,
  CheckSchemaVersionValidityResponse
>(CheckSchemaVersionValidity$, async (input, ctx) => {
  const format = dataFormat(input.DataFormat)
  const problem = await ctx.schemas.checkDefinition(format, input.SchemaDefinition!)
  return problem === undefined ? { Valid: true } : { Valid: false, Error: problem }
})
