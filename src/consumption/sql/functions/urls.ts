import { type FunctionTable, forms } from './registry.ts'

const part = (name: string) => forms(['varchar -> varchar', `trino_url_${name}($1)`])

/** https://trino.io/docs/current/functions/url.html: as java.net.URI reads them, NULL for what it does not. */
export const urlFunctions: FunctionTable = {
  url_extract_protocol: part('protocol'),
  url_extract_host: part('host'),
  url_extract_path: part('path'),
  url_extract_query: part('query'),
  url_extract_fragment: part('fragment'),
  url_extract_port: forms(['varchar -> bigint', 'trino_url_port($1)']),
  url_extract_parameter: forms(['varchar, varchar -> varchar', 'trino_url_parameter($1, $2)']),
  url_encode: part('encode'),
  url_decode: part('decode'),
}
