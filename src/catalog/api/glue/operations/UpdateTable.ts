import {
  UpdateTable$,
  type UpdateTableRequest,
  type UpdateTableResponse,
} from '@aws-sdk/client-glue'
import { AwsError } from '#protocol/aws'
import { operation } from '../context.ts'
import { databaseRef, required } from '../refs.ts'
import { fromTableInput } from '../shapes/table.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateTable.html
 * UpdateOpenTableFormatInput is refused.
 */
export const UpdateTable = operation<UpdateTableRequest, UpdateTableResponse>(
  UpdateTable$,
  async (input, ctx) => {
    if (input.UpdateOpenTableFormatInput) {
      throw new AwsError({
        name: 'InvalidInputException',
        message:
          'UpdateOpenTableFormatInput is not supported: update the table with its parameters.',
      })
    }
    const table = fromTableInput(required(input.TableInput, 'tableInput'))
    const ref = { ...databaseRef(input, ctx), table: input.Name ?? table.name }
    await ctx.metastore.updateTable(ref, table, {
      skipArchive: input.SkipArchive,
      versionId: input.VersionId,
    })
    return {}
  },
)
