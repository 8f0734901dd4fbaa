import {
  BatchDeleteTable$,
  type BatchDeleteTableRequest,
  type BatchDeleteTableResponse,
  type TableError,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { errorDetail } from '../errors.ts'
import { databaseRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_BatchDeleteTable.html
 */
export const BatchDeleteTable = operation<BatchDeleteTableRequest, BatchDeleteTableResponse>(
  BatchDeleteTable$,
  async (input, ctx) => {
    const ref = databaseRef(input, ctx)
    await ctx.metastore.getDatabase(ref)
    const Errors: TableError[] = []
    for (const table of input.TablesToDelete!) {
      try {
        await ctx.metastore.deleteTable({ ...ref, table })
      } catch (error) {
        Errors.push({ TableName: table, ErrorDetail: errorDetail(error) })
      }
    }
    return { Errors }
  },
)
