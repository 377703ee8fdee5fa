export const TIMELINE_EXAMPLE = { data: [], next_cursor: null };
