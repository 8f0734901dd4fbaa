import {
  GetCatalogs$,
  type GetCatalogsRequest,
  type GetCatalogsResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef } from '../refs.ts'
import { accountCatalog } from '../shapes/catalog.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetCatalogs.html
 * There is one catalog for each account and region, and none below it.
 */
export const GetCatalogs = operation<GetCatalogsRequest, GetCatalogsResponse>(
  GetCatalogs$,
  (input, ctx) => {
    const { ParentCatalogId: CatalogId, IncludeRoot = true } = input
    const ref = catalogRef({ CatalogId }, ctx)
    // Below the account's own catalog there are none.
    const lists = CatalogId === undefined && IncludeRoot
    return { CatalogList: lists ? [accountCatalog(ref)] : [] }
  },
)
