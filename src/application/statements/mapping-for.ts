import { AppError } from '../../domain/errors.js';
import type { StatementMapping } from '../../domain/statements/mapping.js';
import type { StatementHeader } from '../../domain/statements/statement.js';
import { statementMappingsOf } from '../../providers/provider-directory.js';

/** How the file is read. Throws `mapping_unknown`. */
export const mappingFor = ({
  provider,
  mapping: name,
}: Pick<StatementHeader, 'provider' | 'mapping'>): StatementMapping => {
  const mappings = statementMappingsOf(provider);
  const mapping = mappings.find((each) => each.name === name);
  if (mapping) return mapping;
  const names = mappings.map((each) => each.name).join(', ');
  throw mappings.length === 0
    ? new AppError('mapping_unknown', 'There is no such provider.', { errors: { provider: ['is none that is known'] } })
    : new AppError('mapping_unknown', `The provider has no such mapping; there are ${names}.`, {
        errors: { mapping: [`must be one of ${names}`] },
      });
};
