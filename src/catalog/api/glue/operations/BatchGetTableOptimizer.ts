import {
  BatchGetTableOptimizer$,
  type BatchGetTableOptimizerError,
  type BatchTableOptimizer,
  type BatchGetTableOptimizerRequest,
  type BatchGetTableOptimizerResponse,
} from '@aws-sdk/client-glue'
import { isLakeError } from '#kit'
import { operation } from '../context.ts'
import { errorDetail } from '../errors.ts'
import { tableRef } from '../refs.ts'
import { optimizerType, toOptimizer } from '../shapes/optimizer.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_BatchGetTableOptimizer.html
 */
export const BatchGetTableOptimizer = operation<
  BatchGetTableOptimizerRequest,
  BatchGetTableOptimizerResponse
>(BatchGetTableOptimizer$, async (input, ctx) => {
  const TableOptimizers: BatchTableOptimizer[] = []
  const Failures: BatchGetTableOptimizerError[] = []
  for (const entry of input.Entries!) {
    const { catalogId, databaseName, tableName, type } = entry
    try {
      const ref = tableRef(
        { CatalogId: catalogId, DatabaseName: databaseName, TableName: tableName },
        ctx,
      )
      const found = await ctx.optimizers.get(ref, optimizerType(type))
      TableOptimizers.push({
        catalogId,
        databaseName,
        tableName,
        tableOptimizer: toOptimizer(found),
      })
    } catch (error) {
      if (!isLakeError(error)) throw error
      Failures.push({ ...entry, error: errorDetail(error) })
    }
  }
  return { TableOptimizers, Failures }
})
