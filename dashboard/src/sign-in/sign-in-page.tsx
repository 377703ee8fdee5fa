import { SignInForm } from './sign-in-form.tsx';

export const SignInPage = () => (
  <main className="sign-in">
    <h1>Offset gateway</h1>
    <p>For operators. What you do here is recorded as yours.</p>
    <SignInForm />
  </main>
);
