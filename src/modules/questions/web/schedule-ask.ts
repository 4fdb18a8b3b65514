import type { Ask, Question } from '../api.ts';
import { type ChosenEndpoints, platformNames } from './draft.ts';

/** What a schedule made of this question asks. */
export function scheduleAskOf(question: Question & ChosenEndpoints): Ask {
  const sql = Object.fromEntries(
    platformNames.flatMap((name) => {
      const text = question.sql[name];
      return text === undefined ? [] : [[name, text]];
    }),
  );
  return {
    // The library may mend its statement later: the schedule asks by key then, not by text.
    ...(question.libraryKey === null
      ? { sql }
      : {
          libraryKey: question.libraryKey,
          ...(Object.keys(question.parameters).length > 0
            ? { parameters: question.parameters }
            : {}),
        }),
    ...(question.selector === '' ? {} : { selector: question.selector }),
    ...(question.endpointIds ? { endpointIds: [...question.endpointIds] } : {}),
    maxRowsPerEndpoint: question.maxRowsPerEndpoint,
    // Its warnings were accepted when it was asked.
    acceptWarnings: true,
  };
}
