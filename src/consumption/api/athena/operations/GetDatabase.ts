import { GetDatabase$, type GetDatabaseInput, type GetDatabaseOutput } from '@aws-sdk/client-athena'
import { catalogOf, checkCatalog, scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_GetDatabase.html */
export const GetDatabase = operation<GetDatabaseInput, GetDatabaseOutput>(
  GetDatabase$,
  async (input, ctx) => {
    await checkCatalog(ctx, input.CatalogName)
    const database = input.DatabaseName!.toLowerCase()
    const found = await catalogOf(ctx).getDatabase({ ...scopeOf(ctx), database })
    return {
      Database: { Name: found.name, Description: found.description, Parameters: found.parameters },
    }
  },
)
