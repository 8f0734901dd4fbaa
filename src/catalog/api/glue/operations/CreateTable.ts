import {
  CreateTable$,
  type CreateTableRequest,
  type CreateTableResponse,
} from '@aws-sdk/client-glue'
import { AwsError } from '#protocol/aws'
import { operation } from '../context.ts'
import { databaseRef, required } from '../refs.ts'
import { fromTableInput } from '../shapes/table.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_CreateTable.html
 * OpenTableFormatInput is refused.
 */
export const CreateTable = operation<CreateTableRequest, CreateTableResponse>(
  CreateTable$,
  async (input, ctx) => {
    if (input.OpenTableFormatInput) {
      throw new AwsError({
        name: 'InvalidInputException',
        message: 'OpenTableFormatInput is not supported: create the table with its parameters.',
      })
    }
    const table = fromTableInput(required(input.TableInput, 'tableInput'))
    const partitionIndexes = (input.PartitionIndexes ?? []).map((index) => ({
      name: index.IndexName!,
      keys: index.Keys!,
    }))
    await ctx.metastore.createTable(databaseRef(input, ctx), table, ctx.caller.arn, {
      partitionIndexes,
    })
    return {}
  },
)
