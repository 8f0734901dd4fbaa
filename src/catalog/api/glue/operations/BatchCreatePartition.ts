import {
  BatchCreatePartition$,
  type BatchCreatePartitionRequest,
  type BatchCreatePartitionResponse,
  type PartitionError,
} from '@aws-sdk/client-glue'
import { CatalogErrors } from '#catalog/metastore'
import { operation } from '../context.ts'
import { errorDetail } from '../errors.ts'
import { tableRef } from '../refs.ts'
import { fromPartitionInput } from '../shapes/partition.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_BatchCreatePartition.html
 */
export const BatchCreatePartition = operation<
  BatchCreatePartitionRequest,
  BatchCreatePartitionResponse
>(BatchCreatePartition$, async (input, ctx) => {
  const ref = tableRef(input, ctx)
  const { partitionKeys = [] } = await ctx.metastore.getTable(ref)
  const partitions = input.PartitionInputList!.map((one) => fromPartitionInput(one))
  const wrong = partitions.filter((one) => one.values.length !== partitionKeys.length)
  const right = partitions.filter((one) => one.values.length === partitionKeys.length)
  const { existing } = await ctx.metastore.addPartitions(ref, right)
  const mismatch = CatalogErrors.InvalidInput(
    'The number of partition keys do not match the number of partition values',
  )
  const exists = CatalogErrors.AlreadyExists('Partition already exists.')
  const toError = (values: readonly string[], error: Error): PartitionError => ({
    PartitionValues: values.slice(),
    ErrorDetail: errorDetail(error),
  })
  return {
    Errors: [
      ...wrong.map((one) => toError(one.values, mismatch)),
      ...existing.map((values) => toError(values, exists)),
    ],
  }
})
