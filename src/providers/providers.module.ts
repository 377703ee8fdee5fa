import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata } from '@nestjs/common';
import { ProviderDirectory, type ProviderKit } from './provider-directory.js';

export interface ProvidersModuleOptions extends ProviderKit {
  readonly env: NodeJS.ProcessEnv;
}

/** Offers the ProviderDirectory to the whole application. The composition root says what to do with call reports. */
@Module({})
export class ProvidersModule {
  static registerAsync(options: {
    readonly imports?: NonNullable<ModuleMetadata['imports']>;
    readonly inject?: NonNullable<FactoryProvider['inject']>;
    // Nest passes what `inject` names; their types are the caller's.
    readonly useFactory: (...injected: never[]) => ProvidersModuleOptions;
  }): DynamicModule {
    return {
      module: ProvidersModule,
      global: true,
      imports: options.imports ?? [],
      providers: [
        {
          provide: ProviderDirectory,
          inject: options.inject ?? [],
          useFactory: (...injected: never[]) => {
            const { env, ...kit } = options.useFactory(...injected);
            return ProviderDirectory.fromEnvironment(env, kit);
          },
        },
      ],
      exports: [ProviderDirectory],
    };
  }
}
