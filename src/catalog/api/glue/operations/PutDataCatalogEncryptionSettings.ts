import {
  PutDataCatalogEncryptionSettings$,
  type PutDataCatalogEncryptionSettingsRequest,
  type PutDataCatalogEncryptionSettingsResponse,
} from '@aws-sdk/client-glue'
import { AwsError } from '#protocol/aws'
import { operation } from '../context.ts'
import { catalogRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_PutDataCatalogEncryptionSettings.html
 * The catalog's rows are not encrypted, and passwords are sealed in any case: no other setting would be true.
 */
export const PutDataCatalogEncryptionSettings = operation<
  PutDataCatalogEncryptionSettingsRequest,
  PutDataCatalogEncryptionSettingsResponse
>(PutDataCatalogEncryptionSettings$, (input, ctx) => {
  catalogRef(input, ctx)
  const { EncryptionAtRest: rest, ConnectionPasswordEncryption: passwords } =
    input.DataCatalogEncryptionSettings!
  const isPlain = (rest?.CatalogEncryptionMode ?? 'DISABLED') === 'DISABLED'
  if (isPlain && passwords?.ReturnConnectionPasswordEncrypted !== true) return {}
  throw new AwsError({
    name: 'InvalidInputException',
    message:
      'Encryption of the catalog is not supported: the mode must be DISABLED. Passwords of connections are sealed always, and returned plain.',
  })
})
