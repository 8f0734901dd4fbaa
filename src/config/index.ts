export { ConfigErrors } from './errors.ts'
export { optionsHelp, optionsReference } from './help.ts'
export { defaultConfig, loadConfig, type Loaded } from './load.ts'
export { flagOf, options, variableOf, type Config, type OptionName } from './options.ts'
