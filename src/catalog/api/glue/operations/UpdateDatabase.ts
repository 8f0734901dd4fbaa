import {
  UpdateDatabase$,
  type UpdateDatabaseRequest,
  type UpdateDatabaseResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef, required } from '../refs.ts'
import { fromDatabaseInput } from '../shapes/database.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateDatabase.html
 */
export const UpdateDatabase = operation<UpdateDatabaseRequest, UpdateDatabaseResponse>(
  UpdateDatabase$,
  async (input, ctx) => {
    const ref = { ...catalogRef(input, ctx), database: required(input.Name, 'name') }
    await ctx.metastore.updateDatabase(ref, fromDatabaseInput(input.DatabaseInput!))
    return {}
  },
)
