import fc from 'fast-check';
import { boundsOf, dayOf, monthOf, monthsBetween, startOfDay, type MonthId } from './month.js';

const month = (id: string) => id as MonthId;
const bounds = (id: string, timeZone: string) => {
  const { startsAt, endsAt } = boundsOf(month(id), timeZone);
  return [startsAt.toISOString(), endsAt.toISOString()];
};

describe('a month', () => {
  it.each([
    ['2026-11', 'UTC', '2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
    ['2026-12', 'Europe/London', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    // Clocks change within them.
    ['2026-03', 'Europe/London', '2026-03-01T00:00:00.000Z', '2026-03-31T23:00:00.000Z'],
    ['2026-10', 'Europe/Berlin', '2026-09-30T22:00:00.000Z', '2026-10-31T23:00:00.000Z'],
    // On the very first of the month.
    ['2026-11', 'America/New_York', '2026-11-01T04:00:00.000Z', '2026-12-01T05:00:00.000Z'],
    ['2026-01', 'Pacific/Kiritimati', '2025-12-31T10:00:00.000Z', '2026-01-31T10:00:00.000Z'],
    ['2026-02', 'Pacific/Niue', '2026-02-01T11:00:00.000Z', '2026-03-01T11:00:00.000Z'],
  ])('%s in %s is from %s to %s', (id, timeZone, from, to) => {
    expect(bounds(id, timeZone)).toEqual([from, to]);
  });

  it.each([
    ['2026-11-30', 'UTC', '2026-11-30T00:00:00.000Z'],
    ['2026-10-25', 'Europe/London', '2026-10-24T23:00:00.000Z'],
    ['2026-12-31', 'Pacific/Kiritimati', '2026-12-30T10:00:00.000Z'],
    // Its clocks are put forward at midnight: the day begins at one.
    ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
  ])('has a day %s, which in %s begins at %s', (day, timeZone, at) => {
    const start = startOfDay(day, timeZone);
    expect([start.toISOString(), dayOf(start, timeZone)]).toEqual([at, day]);
  });

  it('has every moment that its clocks show for it, and the next one follows at once', () => {
    const zones = fc.constantFrom('UTC', 'Europe/London', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe');
    const moments = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(moments, zones, (at, timeZone) => {
        const { startsAt, endsAt } = boundsOf(monthOf(at, timeZone), timeZone);
        expect(startsAt <= at && at < endsAt).toBe(true);
        expect(boundsOf(monthOf(endsAt, timeZone), timeZone).startsAt).toEqual(endsAt);
        expect(monthOf(new Date(startsAt.getTime() - 1), timeZone) < monthOf(startsAt, timeZone)).toBe(true);
      }),
    );
  });

  it('follows another over the end of a year', () => {
    expect(monthsBetween(month('2026-11'), month('2027-02'))).toEqual(['2026-11', '2026-12', '2027-01', '2027-02']);
    expect(monthsBetween(month('2026-11'), month('2026-11'))).toEqual(['2026-11']);
  });
});
