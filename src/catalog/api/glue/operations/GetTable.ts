import { GetTable$, type GetTableRequest, type GetTableResponse } from '@aws-sdk/client-glue'
import { isLakeError } from '#kit'
import { AwsError } from '#protocol/aws'
import { operation } from '../context.ts'
import { databaseRef, required } from '../refs.ts'
import { toTable } from '../shapes/table.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetTable.html
 */
export const GetTable = operation<GetTableRequest, GetTableResponse>(
  GetTable$,
  async (input, ctx) => {
    const ref = { ...databaseRef(input, ctx), table: required(input.Name, 'name') }
    try {
      return { Table: toTable(await ctx.metastore.getTable(ref), ref) }
    } catch (error) {
      // This operation words it differently: https://github.com/databricks/iceberg-kafka-connect/issues/184
      if (!isLakeError(error, 'TableNotFound')) throw error
      throw new AwsError({ name: 'EntityNotFoundException', message: 'Entity Not Found' })
    }
  },
)
