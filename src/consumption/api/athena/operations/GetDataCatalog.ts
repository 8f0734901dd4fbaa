import {
  GetDataCatalog$,
  type GetDataCatalogInput,
  type GetDataCatalogOutput,
} from '@aws-sdk/client-athena'
import { checkCatalog } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_GetDataCatalog.html */
export const GetDataCatalog = operation<GetDataCatalogInput, GetDataCatalogOutput>(
  GetDataCatalog$,
  async (input, ctx) => {
    checkCatalog(input.Name)
    return {
      DataCatalog: {
        Name: 'AwsDataCatalog',
        Type: 'GLUE',
        Parameters: { 'catalog-id': ctx.accountId },
        Status: 'CREATE_COMPLETE',
      },
    }
  },
)
