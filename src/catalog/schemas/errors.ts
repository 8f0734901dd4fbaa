import { defineErrors } from '#kit'

export const SchemaErrors = defineErrors('catalog/schemas', {
  RegistryNotFound: { kind: 'notFound', remedy: 'ListRegistries lists the registries.' },
  SchemaNotFound: { kind: 'notFound', remedy: 'ListSchemas lists the schemas of a registry.' },
  SchemaVersionNotFound: {
    kind: 'notFound',
    remedy: 'ListSchemaVersions lists the versions of a schema.',
  },
  SchemaExists: { kind: 'conflict', remedy: 'Choose another name, or register a version.' },
  InvalidSchema: {
    kind: 'invalid',
    remedy: 'The definition is not a schema of its format: the message says where.',
  },
})
