import {
  DeletePartition$,
  type DeletePartitionRequest,
  type DeletePartitionResponse,
} from '@aws-sdk/client-glue'
import { CatalogErrors } from '#catalog/metastore'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_DeletePartition.html
 */
export const DeletePartition = operation<DeletePartitionRequest, DeletePartitionResponse>(
  DeletePartition$,
  async (input, ctx) => {
    const ref = tableRef(input, ctx)
    const { missing } = await ctx.metastore.deletePartitions(ref, [input.PartitionValues!])
    if (missing.length > 0) throw CatalogErrors.PartitionNotFound('Cannot find partition.')
    return {}
  },
)
