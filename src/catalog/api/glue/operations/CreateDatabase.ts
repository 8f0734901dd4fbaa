import {
  CreateDatabase$,
  type CreateDatabaseRequest,
  type CreateDatabaseResponse,
} from '@aws-sdk/client-glue'
import { databaseArn } from '#catalog/metastore'
import { operation } from '../context.ts'
import { catalogRef } from '../refs.ts'
import { fromDatabaseInput } from '../shapes/database.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_CreateDatabase.html
 */
export const CreateDatabase = operation<CreateDatabaseRequest, CreateDatabaseResponse>(
  CreateDatabase$,
  async (input, ctx) => {
    const ref = catalogRef(input, ctx)
    const database = fromDatabaseInput(input.DatabaseInput!)
    await ctx.metastore.createDatabase(ref, database)
    if (input.Tags) {
      await ctx.metastore.tagResource(databaseArn({ ...ref, database: database.name }), input.Tags)
    }
    return {}
  },
)
