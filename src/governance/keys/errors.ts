import { defineErrors } from '#kit'

export const KeysErrors = defineErrors('governance/keys', {
  MasterKeyUnreadable: {
    kind: 'internal',
    remedy:
      'Restore the file of the master key from a backup, and make it readable for the user of the server.',
  },
  SealBroken: {
    kind: 'internal',
    remedy:
      'A secret was sealed under another master key, or its row was changed. Restore the master key that belongs to this data folder.',
  },
  KeyNotFound: { kind: 'notFound', remedy: 'Name a key of this account and region.' },
  KeyDisabled: { kind: 'conflict', remedy: 'Enable the key first.' },
  KeyStateWrong: { kind: 'conflict', remedy: 'Cancel the deletion of the key first.' },
  AliasExists: { kind: 'conflict', remedy: 'Choose another alias, or update the existing one.' },
  CiphertextInvalid: {
    kind: 'invalid',
    remedy: 'Give the cipher text as Encrypt returned it, with the same encryption context.',
  },
  KeyMismatch: { kind: 'invalid', remedy: 'Name the key that encrypted the data, or none.' },
})
