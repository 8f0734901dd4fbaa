import {
  CreatePartition$,
  type CreatePartitionRequest,
  type CreatePartitionResponse,
} from '@aws-sdk/client-glue'
import { CatalogErrors } from '#catalog/metastore'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'
import { fromPartitionInput } from '../shapes/partition.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_CreatePartition.html
 */
export const CreatePartition = operation<CreatePartitionRequest, CreatePartitionResponse>(
  CreatePartition$,
  async (input, ctx) => {
    const partition = fromPartitionInput(input.PartitionInput!)
    const { existing } = await ctx.metastore.addPartitions(tableRef(input, ctx), [partition])
    if (existing.length > 0) throw CatalogErrors.AlreadyExists('Partition already exists.')
    return {}
  },
)
