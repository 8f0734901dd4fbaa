/** A form of logs that crawlers know by themselves. */
export interface BuiltInLog {
  readonly classification: string
  readonly pattern: string
  /** What a first line of this form looks like: a quick look, before the pattern proper is tried. */
  readonly looksLike: RegExp
}

/** In AWS's order: https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html#classifier-built-in */
export const builtInLogs: readonly BuiltInLog[] = [
  {
    classification: 'combined_apache',
    pattern: '%{COMBINEDAPACHELOG}',
    looksLike: /\[\d{1,2}\/\w{3}\/\d{4}:/,
  },
  {
    classification: 'apache',
    pattern: '%{COMMONAPACHELOG}',
    looksLike: /\[\d{1,2}\/\w{3}\/\d{4}:/,
  },
  {
    classification: 'linux_kernel',
    pattern: '%{SYSLOGBASE} %{GREEDYDATA:message}',
    looksLike: /^[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d /,
  },
  {
    classification: 'ruby_logger',
    pattern: '%{RUBY_LOGGER}',
    looksLike: /^[DFEWI], \[/,
  },
  {
    classification: 'squid',
    pattern:
      '%{NUMBER:timestamp}\\s+%{NUMBER:duration} %{IP:client_address} %{WORD:cache_result}/%{NONNEGINT:status_code} %{NUMBER:bytes} %{WORD:request_method} %{NOTSPACE:url} %{NOTSPACE:user} %{WORD:hierarchy_code}/%{NOTSPACE:server} %{NOTSPACE:content_type}',
    looksLike: /^\d+\.\d+\s+\d+ \S+ [A-Z_]+\/\d+ /,
  },
  {
    classification: 'redismonlog',
    pattern: '%{REDISMONLOG}',
    looksLike: /^\d+\.\d+ \[\d+ /,
  },
  {
    classification: 'redislog',
    pattern: '%{REDISLOG}',
    looksLike: /^\[\d+\] \d{1,2} \w{3} /,
  },
]
