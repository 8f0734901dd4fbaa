import {
  GetColumnStatisticsForPartition$,
  type GetColumnStatisticsForPartitionRequest,
  type GetColumnStatisticsForPartitionResponse,
} from '@aws-sdk/client-glue'
import { CatalogErrors } from '#catalog/metastore'
import { operation } from '../context.ts'
import { errorDetail } from '../errors.ts'
import { tableRef } from '../refs.ts'
import { toColumnStatistics } from '../shapes/statistics.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetColumnStatisticsForPartition.html
 */
export const GetColumnStatisticsForPartition = operation<
  GetColumnStatisticsForPartitionRequest,
  GetColumnStatisticsForPartitionResponse
>(GetColumnStatisticsForPartition$, async (input, ctx) => {
  const ref = { ...tableRef(input, ctx), partitionValues: input.PartitionValues! }
  const found = await ctx.metastore.getColumnStatistics(ref, input.ColumnNames!)
  const names = new Set(found.map((one) => one.columnName))
  const missing = input.ColumnNames!.filter((name) => !names.has(name.toLowerCase()))
  return {
    ColumnStatisticsList: found.map(toColumnStatistics),
    Errors: missing.map((name) => ({
      ColumnName: name,
      Error: errorDetail(
        CatalogErrors.ColumnStatisticsNotFound(`Statistics for column ${name} not found.`),
      ),
    })),
  }
})
