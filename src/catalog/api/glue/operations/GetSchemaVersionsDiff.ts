import {
  GetSchemaVersionsDiff$,
  type GetSchemaVersionsDiffInput,
  type GetSchemaVersionsDiffResponse,
} from '@aws-sdk/client-glue'
import { jsonPatch } from '#catalog/schemas'
import { operation } from '../context.ts'
import { chosenVersion, invalid } from '../schema-refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetSchemaVersionsDiff.html
 */
export const GetSchemaVersionsDiff = operation<
  GetSchemaVersionsDiffInput,
  GetSchemaVersionsDiffResponse
>(GetSchemaVersionsDiff$, async (input, ctx) => {
  const { SchemaId } = input
  const [first, second] = await Promise.all(
    [input.FirstSchemaVersionNumber, input.SecondSchemaVersionNumber].map(
      async (SchemaVersionNumber) => {
        const { definition, format } = await chosenVersion({ SchemaId, SchemaVersionNumber }, ctx)
        if (format === 'PROTOBUF') {
          throw invalid('A JSON patch is of definitions in JSON: those of Protobuf have none.')
        }
        return JSON.parse(definition) as unknown
      },
    ),
  )
  return { Diff: JSON.stringify(jsonPatch(first, second)) }
})
