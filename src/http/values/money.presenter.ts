import { amountOf, type Money } from '../../domain/money.js';
import type { MoneyResponse } from './money.response.js';

export const presentMoney = (money: Money): MoneyResponse => ({ amount: amountOf(money), currency: money.currency });
