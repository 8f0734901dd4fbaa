import {
  BatchDeleteTableVersion$,
  type BatchDeleteTableVersionRequest,
  type BatchDeleteTableVersionResponse,
  type TableVersionError,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { errorDetail } from '../errors.ts'
import { tableRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_BatchDeleteTableVersion.html
 */
export const BatchDeleteTableVersion = operation<
  BatchDeleteTableVersionRequest,
  BatchDeleteTableVersionResponse
>(BatchDeleteTableVersion$, async (input, ctx) => {
  const ref = tableRef(input, ctx)
  await ctx.metastore.getTable(ref)
  const Errors: TableVersionError[] = []
  for (const versionId of input.VersionIds!) {
    try {
      await ctx.metastore.deleteTableVersion(ref, versionId)
    } catch (error) {
      Errors.push({
        TableName: input.TableName,
        VersionId: versionId,
        ErrorDetail: errorDetail(error),
      })
    }
  }
  return { Errors }
})
