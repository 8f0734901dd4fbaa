import { GetCatalog$, type GetCatalogRequest, type GetCatalogResponse } from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef } from '../refs.ts'
import { accountCatalog } from '../shapes/catalog.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetCatalog.html
 * There is one catalog for each account and region, and none below it.
 */
export const GetCatalog = operation<GetCatalogRequest, GetCatalogResponse>(
  GetCatalog$,
  (input, ctx) => {
    return { Catalog: accountCatalog(catalogRef(input, ctx)) }
  },
)
