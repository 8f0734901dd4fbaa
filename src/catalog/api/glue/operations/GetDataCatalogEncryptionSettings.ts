import {
  GetDataCatalogEncryptionSettings$,
  type GetDataCatalogEncryptionSettingsRequest,
  type GetDataCatalogEncryptionSettingsResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetDataCatalogEncryptionSettings.html
 * The catalog is not encrypted by Boathouse itself, and says so.
 */
export const GetDataCatalogEncryptionSettings = operation<
  GetDataCatalogEncryptionSettingsRequest,
  GetDataCatalogEncryptionSettingsResponse
>(GetDataCatalogEncryptionSettings$, (input, ctx) => {
  catalogRef(input, ctx)
  return {
    DataCatalogEncryptionSettings: {
      EncryptionAtRest: { CatalogEncryptionMode: 'DISABLED' },
      ConnectionPasswordEncryption: { ReturnConnectionPasswordEncrypted: false },
    },
  }
})
