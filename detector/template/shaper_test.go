package template

import "testing"

func TestText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"   ", ""},
		{"restart", "restart"},
		{"connected to 10.0.0.1:80 in 12ms", "connected to <*> in <*>"},
		{"GET https://x.example/a?b=c&d=e, done", "GET <*>, done"},
		{"can't open '/etc/hosts'", "can't open '<*>'"},
		{"started at Fri Jun 17 07:07:00 2005", "started at <*>"},
		{"enable......0", "enable......<*>"},
		{"ids 1, 2, 3", "ids <*>, <*>, <*>"},
		{"ids 1 2 3 4 5 6 7 8 9 10 end", "ids <*> end"},
		{"value <*> here", "value <*> here"},
		{"read/write I/O", "read/write I/O"},
		{"r24=0x0f r25=7", "r24=<*> r25=<*>"},
		{"订单17支付失败，原因：余额不足", "订单<*>支付失败，原因：余额不足"},
		{"ファイルa1.logの読み込み（エラー：3）", "ファイル<*>の読み込み（エラー：<*>）"},
		{"用户　张三 5 次", "用户 张三 <*> 次"},
		{"sent 4f fa 03 be ad cc", "sent <*> <*> <*> <*> <*> <*>"},
		{"fa 03 12 x", "<*> <*> <*> x"},
		{"port 22 be 3 ad x, to be 16 or", "port <*> be <*> ad x, to be <*> or"},
		{`load C:\Program Files (x86)\Acme Corp\x y.dll: C:\a\b failed, C:\Program Files\z.`, "load <*> y.dll: <*> failed, <*>."},
		{`copy C:\a to D:\b or CORP\bob`, `copy <*> to <*> or CORP\bob`},
		{"a\x00b \xff c", "a b \uFFFD c"},
	} {
		s := NewShaper()
		s.Shape([]byte(c.in))
		if got := string(s.AppendText(nil)); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}
