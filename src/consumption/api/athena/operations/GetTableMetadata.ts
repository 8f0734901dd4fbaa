import {
  GetTableMetadata$,
  type GetTableMetadataInput,
  type GetTableMetadataOutput,
} from '@aws-sdk/client-athena'
import { toTableMetadata } from '../shapes.ts'
import { catalogOf, checkCatalog, scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_GetTableMetadata.html */
export const GetTableMetadata = operation<GetTableMetadataInput, GetTableMetadataOutput>(
  GetTableMetadata$,
  async (input, ctx) => {
    await checkCatalog(ctx, input.CatalogName)
    const table = await catalogOf(ctx).getTable({
      ...scopeOf(ctx),
      database: input.DatabaseName!.toLowerCase(),
      table: input.TableName!.toLowerCase(),
    })
    return { TableMetadata: toTableMetadata(table) }
  },
)
