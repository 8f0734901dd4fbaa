import {
  BatchDeletePartition$,
  type BatchDeletePartitionRequest,
  type BatchDeletePartitionResponse,
} from '@aws-sdk/client-glue'
import { CatalogErrors } from '#catalog/metastore'
import { operation } from '../context.ts'
import { errorDetail } from '../errors.ts'
import { tableRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_BatchDeletePartition.html
 */
export const BatchDeletePartition = operation<
  BatchDeletePartitionRequest,
  BatchDeletePartitionResponse
>(BatchDeletePartition$, async (input, ctx) => {
  const ref = tableRef(input, ctx)
  const wanted = input.PartitionsToDelete!.map((one) => one.Values!)
  const { missing } = await ctx.metastore.deletePartitions(ref, wanted)
  const notFound = errorDetail(CatalogErrors.PartitionNotFound('Cannot find partition.'))
  return {
    Errors: missing.map((values) => ({ PartitionValues: values.slice(), ErrorDetail: notFound })),
  }
})
